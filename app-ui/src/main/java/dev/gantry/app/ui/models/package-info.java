/// The Models screen: what was imported, what it is made of, how it cuts text.
@NullMarked
package dev.gantry.app.ui.models;

import org.jspecify.annotations.NullMarked;
