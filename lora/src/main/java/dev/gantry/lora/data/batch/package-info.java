/// Deterministic order, grouping and packing of rows into batches.
@NullMarked
package dev.gantry.lora.data.batch;

import org.jspecify.annotations.NullMarked;
