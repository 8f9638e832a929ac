package dev.gantry.offload.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.GradientClipping;
import dev.gantry.engine.optim.Optimizer;
import dev.gantry.engine.optim.Trainable;
import dev.gantry.engine.pass.AdapterSite;
import dev.gantry.engine.pass.Gradients;
import dev.gantry.engine.pass.Gradients.LowRankGradient;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.pass.TrainingPass;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.offload.ranks.TrainedTensor.Slot;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Everything a run leaves behind, as raw bits.
///
/// @param results loss and norm of each step, and the held-back loss after it
/// @param tensors final values and optimizer states by name
record Outcome(List<String> results, Map<String, String> tensors) {
    static final int STEPS = 3;

    void assertSameAs(Outcome expected) {
        assertThat(results).isEqualTo(expected.results);
        assertThat(tensors).isEqualTo(expected.tensors);
    }

    /// One rank in the ordinary way: all gradients, then the norm, then the optimizer.
    static Outcome ofOneRank(TrainingCase job) {
        try (CpuBackend backend = new CpuBackend(1, job.kernels());
                TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, STEPS);
            List<Trainable> trainables = new ArrayList<>();
            Gradients gradients = gradients(start, trainables, arena);
            Optimizer optimizer = Optimizer.of(job.optimizer(), backend, trainables, arena);
            TrainingPass.Plan plan = new TrainingPass.Plan(
                    TrainingCase.MAX_TOKENS,
                    job.microBatches(),
                    job.retention(),
                    start.adapters(),
                    gradients.parameters().keySet());
            List<String> results = new ArrayList<>();
            DecoderModel model = start.model();
            try (ResidentWeights weights = new ResidentWeights(backend, model, job.compute());
                    TrainingPass pass = new TrainingPass(backend, weights.weights(), plan)) {
                for (int step = 0; step < STEPS; step++) {
                    List<TokenBatch> batches = start.steps().get(step);
                    gradients.clear(backend);
                    double loss = pass.lossAndGradients(batches, start.adapters(), gradients, step);
                    double norm = GradientClipping.globalNorm(backend, trainables);
                    optimizer.step(TrainingCase.LEARNING_RATE, GradientClipping.scale(norm, job.maxGradientNorm()));
                    weights.refresh();
                    double after = pass.lossSum(batches, start.adapters(), null);
                    results.add(hex(loss) + " " + hex(norm) + " " + hex(after));
                }
            }
            Map<String, String> tensors = new HashMap<>();
            start.values().forEach((name, value) -> tensors.put(name, hex(value)));
            optimizer.states().forEach((name, state) -> tensors.put(name, hex(state)));
            return new Outcome(results, tensors);
        }
    }

    private static Gradients gradients(TrainingCase.Start start, List<Trainable> trainables, TensorArena arena) {
        Map<ParameterId, Matrix> parameters = new HashMap<>();
        Map<AdapterSite, Matrix> das = new HashMap<>();
        Map<AdapterSite, LowRankGradient> lowRank = new HashMap<>();
        for (TrainedTensor tensor : start.tensors()) {
            Matrix value = Objects.requireNonNull(start.values().get(tensor.name()));
            Matrix gradient = TrainingCase.like(value, arena);
            trainables.add(new Trainable(tensor.name(), value, gradient, tensor.weightDecay()));
            switch (tensor.slot()) {
                case Slot.Parameter parameter -> parameters.put(parameter.id(), gradient);
                case Slot.LowRankA a -> das.put(a.site(), gradient);
                case Slot.LowRankB b ->
                    lowRank.put(b.site(), new LowRankGradient(Objects.requireNonNull(das.get(b.site())), gradient));
            }
        }
        return new Gradients(parameters, lowRank);
    }

    static Outcome ofRanks(TrainingCase job, int ranks, ZeroStage stage) {
        return ofRanks(job, ranks, new RankedJob.Division.ByMicroBatches(stage));
    }

    static Outcome ofRanks(TrainingCase job, int ranks, RankedJob.Division division) {
        try (TensorArena arena = new TensorArena()) {
            TrainingCase.Start start = job.start(arena, STEPS);
            RankedTraining.Memory memory = new RankedTraining.Memory(devices(ranks), MemoryAccount.unlimited("shared"));
            try (RankedTraining training = training(job, job.job(start, division), start, memory)) {
                List<String> results = new ArrayList<>();
                for (int step = 0; step < STEPS; step++) {
                    results.add(step(training, start.steps().get(step), step));
                }
                return new Outcome(results, tensors(training, start, arena));
            }
        }
    }

    static RankedTraining training(TrainingCase job, TrainingCase.Start start, int ranks, ZeroStage stage) {
        return training(job, start, devices(ranks), stage);
    }

    static RankedTraining training(
            TrainingCase job, TrainingCase.Start start, List<MemoryAccount> devices, ZeroStage stage) {
        return training(job, start, new RankedTraining.Memory(devices, MemoryAccount.unlimited("shared")), stage);
    }

    static RankedTraining training(
            TrainingCase job, TrainingCase.Start start, RankedTraining.Memory memory, ZeroStage stage) {
        return training(job, job.job(start, stage), start, memory);
    }

    static RankedTraining training(
            TrainingCase job, RankedJob ranked, TrainingCase.Start start, RankedTraining.Memory memory) {
        return new RankedTraining(
                ranked,
                name -> Objects.requireNonNull(start.values().get(name)),
                memory,
                Duration.ofMinutes(10),
                RankDevices.onHost(memory.ranks().size(), rank -> new CpuBackend(1, job.kernels())));
    }

    static List<MemoryAccount> devices(int ranks) {
        return IntStream.range(0, ranks)
                .mapToObj(rank -> MemoryAccount.unlimited("rank " + rank))
                .toList();
    }

    static String step(RankedTraining training, List<TokenBatch> batches, int step) {
        StepResult result = training.take(batches, TrainingCase.LEARNING_RATE, step);
        return hex(result.loss()) + " " + hex(result.gradientNorm()) + " " + hex(training.lossSum(batches));
    }

    static Map<String, String> tensors(RankedTraining training, TrainingCase.Start start, TensorArena arena) {
        Map<String, String> tensors = new HashMap<>();
        start.values().forEach((name, value) -> {
            Matrix copy = TrainingCase.like(value, arena);
            training.read(name, copy);
            tensors.put(name, hex(copy));
            for (String kind : training.stateKinds()) {
                training.readState(name, kind, copy);
                tensors.put(name + "." + kind, hex(copy));
            }
        });
        return tensors;
    }

    private static String hex(double value) {
        return Double.toHexString(value);
    }

    private static String hex(Matrix matrix) {
        return HexFormat.of().formatHex(matrix.data().toArray(ValueLayout.JAVA_BYTE));
    }
}
