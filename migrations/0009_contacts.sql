ALTER TABLE `ticket_types` ADD `seen_seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `ticket_types_behind` ON `ticket_types` (`organization_id`) WHERE seen_seq > counts_seq;--> statement-breakpoint
ALTER TABLE `orders` ADD `contact` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `locale` text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `email` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `name_key` text;--> statement-breakpoint
CREATE INDEX `orders_by_buyer` ON `orders` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `orders_by_email` ON `orders` (`organization_id`,`email`,`created_at`,`id`) WHERE email IS NOT NULL;--> statement-breakpoint
CREATE INDEX `orders_by_name` ON `orders` (`event_id`,`name_key`) WHERE name_key IS NOT NULL;