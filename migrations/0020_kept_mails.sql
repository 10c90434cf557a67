ALTER TABLE `outbox` ADD `rests_on` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `outbox` ADD `again_at` integer;--> statement-breakpoint
CREATE INDEX `outbox_by_again` ON `outbox` (`again_at`) WHERE again_at IS NOT NULL;