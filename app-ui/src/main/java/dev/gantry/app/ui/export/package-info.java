/// The Export screen: a tuned model for other programs, with what it takes before and a receipt after.
@NullMarked
package dev.gantry.app.ui.export;

import org.jspecify.annotations.NullMarked;
