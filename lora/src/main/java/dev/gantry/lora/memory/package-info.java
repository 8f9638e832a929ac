/// Models held to budgets of memory: where their weights are put, and the accounts that every byte is taken from.
@NullMarked
package dev.gantry.lora.memory;

import org.jspecify.annotations.NullMarked;
