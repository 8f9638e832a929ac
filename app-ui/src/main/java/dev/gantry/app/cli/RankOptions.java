package dev.gantry.app.cli;

import dev.gantry.lora.train.config.MachineSection;
import dev.gantry.lora.train.config.TrainConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--ranks` and `--zero`: how many train together, and what they hold once together. They never change the numbers.
final class RankOptions {
    @Option(
            names = "--ranks",
            paramLabel = "N",
            description = "train on N ranks that divide the micro-batches among them, and the threads of the processor"
                    + " or a card each from that of --device on; --device-memory is then what each of them may take")
    private @Nullable Integer ranks;

    @Option(
            names = "--zero",
            paramLabel = "STAGE",
            description = "what the ranks share instead of each holding it: 0 nothing, 1 optimizer states, 2 gradients"
                    + " too, 3 weights of the blocks too")
    private @Nullable Integer zero;

    TrainConfig in(TrainConfig config) {
        return config.withMachine(in(config.machine()));
    }

    MachineSection in(MachineSection machine) {
        return machine.onRanks(ranks, zero);
    }
}
