/// The families of decoder models as data: how a config.json becomes a `DecoderSpec` and what each parameter is called.
@NullMarked
package dev.gantry.zoo.family;

import org.jspecify.annotations.NullMarked;
