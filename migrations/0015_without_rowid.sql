-- Written by hand: the schema's language has no WITHOUT ROWID. These tables are looked up by their keys alone, so each
-- row is one row less to write.
CREATE TABLE `__new_sync_rows` (
	`target` text NOT NULL,
	`subject` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`target`, `subject`)
) WITHOUT ROWID;--> statement-breakpoint
INSERT INTO `__new_sync_rows` SELECT target, subject, version, created_at FROM `sync_rows`;--> statement-breakpoint
DROP TABLE `sync_rows`;--> statement-breakpoint
ALTER TABLE `__new_sync_rows` RENAME TO `sync_rows`;--> statement-breakpoint
CREATE TABLE `__new_idempotency_keys` (
	`actor_id` text NOT NULL,
	`route` text NOT NULL,
	`key` text NOT NULL,
	`body_hash` text NOT NULL,
	`resource_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `route`, `key`)
) WITHOUT ROWID;--> statement-breakpoint
INSERT INTO `__new_idempotency_keys` SELECT actor_id, route, key, body_hash, resource_id, created_at FROM `idempotency_keys`;--> statement-breakpoint
DROP TABLE `idempotency_keys`;--> statement-breakpoint
ALTER TABLE `__new_idempotency_keys` RENAME TO `idempotency_keys`;--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_age` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `__new_attempts` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`ends_at` integer NOT NULL
) WITHOUT ROWID;--> statement-breakpoint
INSERT INTO `__new_attempts` SELECT key, count, ends_at FROM `attempts`;--> statement-breakpoint
DROP TABLE `attempts`;--> statement-breakpoint
ALTER TABLE `__new_attempts` RENAME TO `attempts`;--> statement-breakpoint
CREATE INDEX `attempts_by_end` ON `attempts` (`ends_at`);
