package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.MomentRates;
import dev.gantry.offload.plan.TrainingJob;
import java.util.List;

/// What a layout in memory is chosen by. It decides where things lie and how long they take, never the numbers.
///
/// @param machine says how fast the machine is
/// @param rings numbers of device slots to choose from, for blocks that pass through
public record Planning(Machine machine, List<Integer> rings) {
    /// Measures the machine for a second or two.
    public static final Planning MEASURED = new Planning(MachineRates::measure, List.of(1, 2, 3, 4));

    /// The same for plans of one moment: what they have in common is measured only once. Rates that are given stay.
    public Planning atOneMoment() {
        return equals(MEASURED) ? new Planning(new MomentRates()::of, rings) : this;
    }

    /// Takes rates as given, so that the same job is always laid out the same way.
    public static final Planning FIXED = new Planning(
            new Machine() {
                @Override
                public MachineRates rates(Backend backend, TrainingJob job) {
                    return new MachineRates(1e11, 1e10);
                }

                @Override
                public Links links(RankDevices devices) {
                    return Links.uniform(devices.count(), 1e10);
                }
            },
            MEASURED.rings);

    public Planning {
        rings = List.copyOf(rings);
    }

    /// Says how fast a machine is, its disk apart.
    @FunctionalInterface
    public interface Machine {
        MachineRates rates(Backend backend, TrainingJob job);

        /// What links between cards carry.
        default Links links(RankDevices devices) {
            return Links.measure(devices);
        }
    }
}
