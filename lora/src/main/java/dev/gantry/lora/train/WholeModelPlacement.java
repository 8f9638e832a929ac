package dev.gantry.lora.train;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.lora.train.config.PlacementSetting;
import dev.gantry.lora.train.config.PlacementSetting.Held;
import dev.gantry.offload.plan.FullTraining;
import dev.gantry.offload.trainable.Kind;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.TrainablePlan.Share;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What the settings say of where the values of a model live that is trained whole.
final class WholeModelPlacement {
    private WholeModelPlacement() {}

    /// Empty when the optimizer needs everything on the device.
    ///
    /// @throws GantryException when the settings place what such a run does not have, or cannot move
    static Optional<FullTraining> of(RunInputs inputs) {
        PlacementSetting setting = inputs.settings().config().machine().placement();
        Map<Kind, Share> shares = new EnumMap<>(Kind.class);
        Map<Held, PlacementSetting.Share> asked = setting == null ? Map.of() : setting.shares();
        asked.forEach((held, share) -> {
            if (held != Held.BOUNDARIES) {
                shares.put(kind(held), share(share));
            }
        });
        PlacementSetting.Share stream = asked.get(Held.BOUNDARIES);
        Share boundaries = stream == null ? null : share(stream);
        return switch (inputs.settings().optimizer()) {
            case OptimizerSettings.AdamW _ ->
                Optional.of(new FullTraining(inputs.settings().maxGradNorm(), shares, boundaries));
            case OptimizerSettings.Lamb _ -> onDevice("LAMB", asked);
            case OptimizerSettings.Lars _ -> onDevice("LARS", asked);
        };
    }

    private static Share share(PlacementSetting.Share asked) {
        return new Share(asked.device(), asked.host());
    }

    private static Optional<FullTraining> onDevice(String optimizer, Map<Held, PlacementSetting.Share> shares) {
        if (shares.values().stream().anyMatch(share -> share.device() < 1)) {
            throw OffloadedStep.wholeTensors(optimizer);
        }
        return Optional.empty();
    }

    private static Kind kind(Held held) {
        return switch (held) {
            case PARAMETERS -> Kind.PARAMETER;
            case GRADIENTS -> Kind.GRADIENT;
            case MASTERS -> Kind.MASTER;
            case MOMENTS -> Kind.MOMENTS;
            case BOUNDARIES -> throw new IllegalArgumentException("no kind of values: " + held);
            case BLOCKS ->
                throw GantryException.usage(
                        "CONFIG-PLACEMENT",
                        "cannot place the " + held.written(),
                        "a run that trains all parameters has no frozen blocks",
                        "Place parameters, gradients, masters, moments or boundaries.");
            case HEAD ->
                throw GantryException.usage(
                        "CONFIG-PLACEMENT",
                        "cannot place the " + held.written(),
                        "a head that is trained stays on the device",
                        "Place parameters, gradients, masters, moments or boundaries.");
        };
    }
}
