package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.PlacementSetting.Held;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import org.jspecify.annotations.Nullable;

/// What the settings say of where the frozen blocks beside an adapter live.
final class AdapterPlacement {
    private AdapterPlacement() {}

    /// Null when the plan chooses, and for runs without frozen blocks.
    ///
    /// @throws GantryException when the settings place what stays on the device
    static @Nullable Share blocks(RunInputs inputs) {
        PlacementSetting setting = inputs.settings().config().machine().placement();
        if (setting == null || inputs.settings().config().stage() != Stage.SFT) {
            return null;
        }
        for (Held held : setting.shares().keySet()) {
            if (held != Held.BLOCKS) {
                throw GantryException.usage(
                        "CONFIG-PLACEMENT",
                        "cannot place the " + held.written(),
                        "all that an adapter trains stays on the device",
                        "Place the frozen blocks, such as static(blocks=0.25/0.5).");
            }
        }
        PlacementSetting.Share blocks = setting.shares().get(Held.BLOCKS);
        return blocks == null ? null : new Share(blocks.device(), blocks.host());
    }
}
