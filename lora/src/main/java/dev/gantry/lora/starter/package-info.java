/// The starter model: the text it learns from, the recipe that makes it and the data that shows it off.
@NullMarked
package dev.gantry.lora.starter;

import org.jspecify.annotations.NullMarked;
