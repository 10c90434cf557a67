CREATE TABLE `images` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`unused_since` integer,
	`swept_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `images_by_organization` ON `images` (`organization_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `images_unused` ON `images` (`unused_since`) WHERE unused_since IS NOT NULL;--> statement-breakpoint
ALTER TABLE `events` ADD `description_html` text;--> statement-breakpoint
ALTER TABLE `events` ADD `accent_color` text;--> statement-breakpoint
ALTER TABLE `events` ADD `image_id` text;--> statement-breakpoint
ALTER TABLE `events` ADD `image_width` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `image_height` integer;--> statement-breakpoint
ALTER TABLE `events` ADD `image_alt` text;--> statement-breakpoint
CREATE INDEX `events_by_image` ON `events` (`image_id`) WHERE image_id IS NOT NULL;--> statement-breakpoint
ALTER TABLE `organizations` ADD `description` text;--> statement-breakpoint
ALTER TABLE `organizations` ADD `description_html` text;--> statement-breakpoint
ALTER TABLE `organizations` ADD `accent_color` text;--> statement-breakpoint
ALTER TABLE `organizations` ADD `image_id` text;--> statement-breakpoint
ALTER TABLE `organizations` ADD `image_width` integer;--> statement-breakpoint
ALTER TABLE `organizations` ADD `image_height` integer;--> statement-breakpoint
ALTER TABLE `organizations` ADD `image_alt` text;--> statement-breakpoint
CREATE INDEX `organizations_by_image` ON `organizations` (`image_id`) WHERE image_id IS NOT NULL;