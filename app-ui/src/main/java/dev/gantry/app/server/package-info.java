/// Answers other programs on this machine in the language of OpenAI's API: models, chat completions, completions.
@NullMarked
package dev.gantry.app.server;

import org.jspecify.annotations.NullMarked;
