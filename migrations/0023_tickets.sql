-- WITHOUT ROWID is written by hand, since the schema's language has it not, and so are the numbers of the types that are there.
CREATE TABLE `ticket_keys` (
	`event_id` text NOT NULL,
	`n` integer NOT NULL,
	`public_key` text NOT NULL,
	`status` text NOT NULL,
	`secret_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`event_id`, `n`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tickets` (
	`organization_id` text NOT NULL,
	`serial` integer NOT NULL,
	`order_id` text NOT NULL,
	`number` integer NOT NULL,
	`status` text NOT NULL,
	PRIMARY KEY(`organization_id`, `serial`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `ticket_types` ADD `number` integer;--> statement-breakpoint
UPDATE `ticket_types` SET `number` = (SELECT COUNT(*) FROM `ticket_types` AS `other` WHERE `other`.`event_id` = `ticket_types`.`event_id`
  AND (`other`.`created_at`, `other`.`id`) <= (`ticket_types`.`created_at`, `ticket_types`.`id`));--> statement-breakpoint
CREATE UNIQUE INDEX `ticket_types_number` ON `ticket_types` (`event_id`,`number`);