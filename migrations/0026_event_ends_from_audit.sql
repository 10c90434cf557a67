-- When events of the versions before were ended and archived is in the audit log (rule D2).
UPDATE `events` SET `ended_at` = `made`.`created_at` FROM `audit_log` AS `made`
  WHERE `made`.`action` = 'event.end' AND `made`.`resource_kind` = 'event' AND `events`.`id` = `made`.`resource_id`;--> statement-breakpoint
UPDATE `events` SET `archived_at` = `made`.`created_at` FROM `audit_log` AS `made`
  WHERE `made`.`action` = 'event.archive' AND `made`.`resource_kind` = 'event' AND `events`.`id` = `made`.`resource_id`;
