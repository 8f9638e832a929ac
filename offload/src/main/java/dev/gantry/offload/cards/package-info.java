/// How the layers of a frozen base are divided among several cards.
@NullMarked
package dev.gantry.offload.cards;

import org.jspecify.annotations.NullMarked;
