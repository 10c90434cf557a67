CREATE TABLE `door_counts` (
	`event_id` text PRIMARY KEY NOT NULL,
	`life` integer NOT NULL,
	`seq` integer NOT NULL,
	`as_of` integer NOT NULL,
	`inside` integer NOT NULL,
	`admitted` integer NOT NULL,
	`gates` text NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE cascade
);
