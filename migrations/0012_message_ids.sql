ALTER TABLE `outbox` ADD `message_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_by_message` ON `outbox` (`message_id`) WHERE message_id IS NOT NULL;