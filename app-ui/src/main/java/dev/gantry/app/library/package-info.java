/// What the user points to: model and adapter folders, looked at before they are remembered.
@NullMarked
package dev.gantry.app.library;

import org.jspecify.annotations.NullMarked;
