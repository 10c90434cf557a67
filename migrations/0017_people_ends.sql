CREATE INDEX `invitations_by_inviter` ON `invitations` (`inviter_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_creation` ON `sessions` (`created_at`);--> statement-breakpoint
CREATE INDEX `users_unconfirmed` ON `users` (`updated_at`) WHERE email_verified = 0;