/// Pictures of every screen, for people to look at.
@NullMarked
package dev.gantry.app.ui.tour;

import org.jspecify.annotations.NullMarked;
