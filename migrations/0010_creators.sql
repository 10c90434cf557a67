ALTER TABLE `api_keys` ADD `creator_id` text;--> statement-breakpoint
ALTER TABLE `devices` ADD `creator_id` text;