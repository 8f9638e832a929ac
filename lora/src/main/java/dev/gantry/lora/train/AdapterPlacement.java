package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.PlacementSetting.Held;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.offload.Tier;
import dev.gantry.offload.plan.Placed;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the settings say of where the frozen parts beside an adapter, and what passes between its blocks, live.
final class AdapterPlacement {
    private AdapterPlacement() {}

    /// Nothing when the plan chooses, and for runs without frozen parts.
    ///
    /// @throws GantryException when the settings place what stays on the device
    static Placed of(RunInputs inputs) {
        PlacementSetting setting = inputs.settings().config().machine().placement();
        if (setting == null || inputs.settings().config().stage() != Stage.SFT) {
            return Placed.NOTHING;
        }
        Map<Held, PlacementSetting.Share> asked = setting.shares();
        asked.keySet().forEach(AdapterPlacement::requirePlaceable);
        return new Placed(share(asked.get(Held.BLOCKS)), share(asked.get(Held.BOUNDARIES)), tier(asked.get(Held.HEAD)));
    }

    private static @Nullable Share share(PlacementSetting.@Nullable Share asked) {
        return asked == null ? null : new Share(asked.device(), asked.host());
    }

    private static @Nullable Tier tier(PlacementSetting.@Nullable Share asked) {
        if (asked == null) {
            return null;
        }
        return asked.device() == 1 ? Tier.DEVICE : asked.host() == 1 ? Tier.HOST : Tier.DISK;
    }

    private static void requirePlaceable(Held held) {
        switch (held) {
            case BLOCKS, BOUNDARIES, HEAD -> {}
            case PARAMETERS, GRADIENTS, MASTERS, MOMENTS ->
                throw GantryException.usage(
                        "CONFIG-PLACEMENT",
                        "cannot place the " + held.written(),
                        "all that an adapter trains stays on the device",
                        "Place blocks, boundaries or head, such as static(blocks=0.25/0.5, boundaries=0/1).");
        }
    }
}
