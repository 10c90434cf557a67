-- Keys and devices of the versions before know who made them from the audit log (rule P2). Those that a key or the
-- operator's command made have no creator.
UPDATE `api_keys` SET `creator_id` = `made`.`actor_id` FROM `audit_log` AS `made`
  WHERE `made`.`action` = 'api_key.create' AND `made`.`actor_kind` = 'user' AND `api_keys`.`id` = `made`.`resource_id`;--> statement-breakpoint
UPDATE `devices` SET `creator_id` = `made`.`actor_id` FROM `audit_log` AS `made`
  WHERE `made`.`action` = 'device.create' AND `made`.`actor_kind` = 'user' AND `devices`.`id` = `made`.`resource_id`;
