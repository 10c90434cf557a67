-- Before this version the password was chosen at sign-up, and a click in a mail confirmed the address: a stranger may
-- have chosen it. An account is confirmed from now on when whoever proved the mailbox has set the password (rule P4).
-- Those of no organisation, and those without a password, wait for a new link; members keep what they sign in with.
UPDATE `users` SET `email_verified` = 0 WHERE `email_verified` = 1 AND (
  NOT EXISTS (SELECT 1 FROM `members` WHERE `members`.`user_id` = `users`.`id`)
  OR NOT EXISTS (SELECT 1 FROM `accounts` WHERE `accounts`.`user_id` = `users`.`id`)
);--> statement-breakpoint
DELETE FROM `sessions` WHERE `user_id` IN (SELECT `id` FROM `users` WHERE `email_verified` = 0);--> statement-breakpoint
DELETE FROM `accounts` WHERE `user_id` IN (SELECT `id` FROM `users` WHERE `email_verified` = 0);
