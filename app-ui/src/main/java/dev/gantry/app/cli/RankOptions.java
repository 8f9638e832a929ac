package dev.gantry.app.cli;

import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.offload.plan.RankDivision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--ranks`, `--zero` and `--division`: how many train together, what they hold once together, and what they divide.
/// They never change the numbers.
final class RankOptions {
    @Option(
            names = "--ranks",
            paramLabel = "N",
            description = "train on N ranks that divide the work among them, and the threads of the processor"
                    + " or a card each from that of --device on; --device-memory is then what each of them may take")
    private @Nullable Integer ranks;

    @Option(
            names = "--zero",
            paramLabel = "STAGE",
            description = "what the ranks share instead of each holding it: 0 nothing, 1 optimizer states, 2 gradients"
                    + " too, 3 weights of the blocks too")
    private @Nullable Integer zero;

    @Option(
            names = "--division",
            paramLabel = "HOW",
            description = "what ranks divide: shares (micro-batches, each rank with all blocks), dealt (neighbouring"
                    + " blocks whole, each with all micro-batches) or auto")
    private @Nullable RankDivision division;

    TrainConfig in(TrainConfig config) {
        return config.withMachine(in(config.machine()));
    }

    MachineSection in(MachineSection machine) {
        return machine.onRanks(ranks, zero, division);
    }
}
