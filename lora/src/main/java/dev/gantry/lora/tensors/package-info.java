/// Named tensors in files: adapters, optimizer states, trained parameters.
@NullMarked
package dev.gantry.lora.tensors;

import org.jspecify.annotations.NullMarked;
