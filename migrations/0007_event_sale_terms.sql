ALTER TABLE `events` ADD `hold_extension` text DEFAULT 'while_available' NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `order_minutes` integer DEFAULT 15 NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `payment_instructions` text;