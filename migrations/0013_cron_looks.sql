DROP INDEX `events_due`;--> statement-breakpoint
CREATE INDEX `events_by_change` ON `events` (`updated_at`);--> statement-breakpoint
CREATE INDEX `events_starting` ON `events` (`start_time`) WHERE status = 'published';--> statement-breakpoint
CREATE INDEX `events_ending` ON `events` (`end_time`) WHERE status = 'live';--> statement-breakpoint
DROP INDEX `sync_rows_by_age`;--> statement-breakpoint
DROP INDEX `ticket_types_by_check`;--> statement-breakpoint
ALTER TABLE `ticket_types` ADD `look_at` integer DEFAULT 0;--> statement-breakpoint
CREATE INDEX `ticket_types_by_look` ON `ticket_types` (`look_at`);--> statement-breakpoint
CREATE INDEX `ticket_types_by_change` ON `ticket_types` (`updated_at`);--> statement-breakpoint
CREATE INDEX `ticket_types_closed` ON `ticket_types` (`deleting_since`) WHERE deleting_since IS NOT NULL;--> statement-breakpoint
CREATE INDEX `organizations_by_change` ON `organizations` (`updated_at`);--> statement-breakpoint
CREATE INDEX `venues_by_change` ON `venues` (`updated_at`);