/// Reads from the sources which sentences failures can have, so that none is left untranslated.
@NullMarked
package dev.gantry.app.ui.text.thrown;

import org.jspecify.annotations.NullMarked;
