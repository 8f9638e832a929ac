/// The Data screen: from a file of rows to something a model can learn from, in four steps.
@NullMarked
package dev.gantry.app.ui.data;

import org.jspecify.annotations.NullMarked;
