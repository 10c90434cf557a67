ALTER TABLE `sync_rows` ADD `attempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `sync_rows` ADD `parked_until` integer DEFAULT 0 NOT NULL;