/// Every word and number the window shows, by language.
@NullMarked
package dev.gantry.app.ui.text;

import org.jspecify.annotations.NullMarked;
