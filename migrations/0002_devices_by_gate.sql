CREATE INDEX `devices_by_creation` ON `devices` (`organization_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `devices_by_gate` ON `devices` (`gate_id`);