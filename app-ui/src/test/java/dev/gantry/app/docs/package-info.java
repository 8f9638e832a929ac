@NullMarked
package dev.gantry.app.docs;

import org.jspecify.annotations.NullMarked;
