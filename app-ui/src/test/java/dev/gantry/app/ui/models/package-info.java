@NullMarked
package dev.gantry.app.ui.models;

import org.jspecify.annotations.NullMarked;
