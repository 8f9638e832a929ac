/// What the user chose: theme, language, text size, folders.
@NullMarked
package dev.gantry.app.preferences;

import org.jspecify.annotations.NullMarked;
