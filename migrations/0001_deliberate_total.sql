ALTER TABLE `ticket_types` ADD `pending_audit` text;--> statement-breakpoint
ALTER TABLE `ticket_types` ADD `deleting_since` integer;