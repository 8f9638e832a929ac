/// A small interpreter of the part of Jinja2 that chat templates use, with Python's rules for values.
///
/// Set up as the Hugging Face libraries do: `trim_blocks`, `lstrip_blocks`, loop controls, `{% generation %}`, nothing
/// that could change its inputs or reach outside. What it does not know it refuses by name and line.
@NullMarked
package dev.gantry.zoo.chat.jinja;

import org.jspecify.annotations.NullMarked;
