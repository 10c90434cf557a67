ALTER TABLE `events` ADD `ended_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `archived_at` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `door_version` integer DEFAULT 1 NOT NULL;