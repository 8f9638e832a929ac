/// The Settings screen: theme, language, text size, cards, folders, what this program is made of.
@NullMarked
package dev.gantry.app.ui.settings;

import org.jspecify.annotations.NullMarked;
