CREATE TABLE `restores` (
	`epoch` integer PRIMARY KEY NOT NULL
);
