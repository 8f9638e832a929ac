package dev.gantry.lora.adapter;

import dev.gantry.engine.pass.AdapterSite;

/// A place for an adapter: which module, and what shape its A `[rank, inputs]` and B `[outputs, rank]` have.
///
/// @param path the module's path in its family's naming
public record AdapterSlot(AdapterSite site, String path, int inputs, int outputs, int rank, float scale) {

    /// Name of A in a PEFT file.
    public String nameOfA() {
        return PeftNames.PREFIX + path + ".lora_A.weight";
    }

    /// Name of B in a PEFT file.
    public String nameOfB() {
        return PeftNames.PREFIX + path + ".lora_B.weight";
    }
}
