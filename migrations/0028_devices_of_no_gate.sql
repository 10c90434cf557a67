PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_devices` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`gate_id` text,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`creator_id` text,
	`crew_code_id` text,
	`event_id` text,
	`expires_at` integer,
	`last_seen_at` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`gate_id`) REFERENCES `gates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_devices`("id", "organization_id", "gate_id", "name", "token_hash", "creator_id", "crew_code_id", "event_id", "expires_at", "last_seen_at", "revoked_at", "created_at") SELECT "id", "organization_id", "gate_id", "name", "token_hash", "creator_id", "crew_code_id", "event_id", "expires_at", "last_seen_at", "revoked_at", "created_at" FROM `devices`;--> statement-breakpoint
DROP TABLE `devices`;--> statement-breakpoint
ALTER TABLE `__new_devices` RENAME TO `devices`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `devices_token_hash_unique` ON `devices` (`token_hash`);--> statement-breakpoint
CREATE INDEX `devices_by_creation` ON `devices` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `devices_by_gate` ON `devices` (`gate_id`);--> statement-breakpoint
CREATE INDEX `devices_by_code` ON `devices` (`crew_code_id`) WHERE crew_code_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `devices_by_event` ON `devices` (`event_id`,`created_at`,`id`) WHERE event_id IS NOT NULL;