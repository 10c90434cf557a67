ALTER TABLE `events` ADD `doors_open` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `day_starts` text DEFAULT '06:00' NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `admission_capacity` integer;--> statement-breakpoint
ALTER TABLE `ticket_types` ADD `admission` text;