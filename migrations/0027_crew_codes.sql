CREATE TABLE `crew_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`event_id` text NOT NULL,
	`gate_id` text,
	`code_hash` text NOT NULL,
	`uses` integer NOT NULL,
	`creator_id` text,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`gate_id`) REFERENCES `gates`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "crew_codes_uses" CHECK("crew_codes"."uses" BETWEEN 1 AND 200)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `crew_codes_code_hash_unique` ON `crew_codes` (`code_hash`);--> statement-breakpoint
CREATE INDEX `crew_codes_by_creation` ON `crew_codes` (`event_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `crew_codes_by_gate` ON `crew_codes` (`gate_id`) WHERE gate_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE `devices` ADD `crew_code_id` text;--> statement-breakpoint
ALTER TABLE `devices` ADD `event_id` text REFERENCES events(id);--> statement-breakpoint
ALTER TABLE `devices` ADD `expires_at` integer;--> statement-breakpoint
CREATE INDEX `devices_by_code` ON `devices` (`crew_code_id`) WHERE crew_code_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `devices_by_event` ON `devices` (`event_id`,`created_at`,`id`) WHERE event_id IS NOT NULL;