/// The window: where it is put together and where its screens are registered.
@NullMarked
package dev.gantry.app.ui;

import org.jspecify.annotations.NullMarked;
