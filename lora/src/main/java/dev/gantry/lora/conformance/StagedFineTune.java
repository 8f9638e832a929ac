package dev.gantry.lora.conformance;

import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.optim.Trainable.WeightDecay;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.TokenBatch;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Tensor;
import dev.gantry.engine.tensor.TensorArena;
import dev.gantry.lora.conformance.Trajectory.Curve;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.offload.plan.FullPlanner;
import dev.gantry.offload.plan.FullTraining;
import dev.gantry.offload.plan.MachineRates;
import dev.gantry.offload.plan.Placement;
import dev.gantry.offload.plan.TrainingJob;
import dev.gantry.offload.plan.TrainingPlan;
import dev.gantry.offload.trainable.OffloadedStep;
import dev.gantry.offload.trainable.Origin;
import dev.gantry.offload.trainable.RecordLayout;
import dev.gantry.offload.trainable.StateArray;
import dev.gantry.offload.trainable.StateReader;
import dev.gantry.offload.trainable.StateSource;
import dev.gantry.offload.trainable.StepResult;
import dev.gantry.offload.trainable.TrainedModel;
import dev.gantry.offload.trainable.TrainedTensor;
import dev.gantry.zoo.checkpoint.Checkpoint;
import dev.gantry.zoo.export.ChangedTensors;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// All parameters of a case's model trained within limits of memory: values on the tiers that a plan says, and at the
/// end written as a model and opened again.
///
/// @param folder for states on disk and the trained model
record StagedFineTune(LoadedCase loaded, Path folder) {
    /// Which layout is faster does not matter here.
    private static final MachineRates ANY = new MachineRates(1e11, 1e10, 1e9);

    /// @param steps what the curve is called
    List<Finding> run(String steps, Curve curve, TrainBatches batches) {
        Finding trajectory =
                Trajectory.compare(steps, loaded, curve, step -> List.of(batches.of(step)), all -> train(all, curve));
        try (Checkpoint expected = loaded.open(curve.file());
                LoadedModel trained = ModelFolder.open(model()).load();
                ForwardCheck check = loaded.forward(CheckpointModel.of(trained), Adapters.NONE)) {
            return List.of(trajectory, check.logits("full fine-tune", curve.file(), "final_logits", expected));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path model() {
        return folder.resolve("trained");
    }

    /// Where everything lies for micro-batches of so many tokens; it may not fit.
    TrainingPlan plan(int tokens, int steps) {
        Map<ParameterId, DType> types = new HashMap<>();
        loaded.model().parameters().forEach((id, tensor) -> types.put(id, tensor.dtype()));
        TrainingJob job = new TrainingJob(
                loaded.model().spec(), types, ComputeType.F32, Map.of(), 0, types.keySet(), tokens, 1, 0, null, steps);
        FullTraining training = new FullTraining(Trajectory.MAX_NORM, Map.of(), null);
        return new FullPlanner(loaded.backend(), 1)
                .plan(job, training, ANY, loaded.tiers().budgets());
    }

    private float[][] train(List<List<PaddedBatch>> steps, Curve curve) {
        int tokens = steps.stream()
                .flatMap(List::stream)
                .mapToInt(PaddedBatch::tokens)
                .max()
                .orElse(0);
        TrainingPlan plan = plan(tokens, steps.size());
        if (!(plan.placement().weights() instanceof Placement.Weights.Trained values)) {
            throw new IllegalStateException("a whole model is planned as if it were frozen");
        }
        RecordLayout layout = new RecordLayout(
                TrainedModel.of(loaded.model().spec(), ComputeType.F32, loaded::name, rank -> WeightDecay.APPLIED));
        OffloadedStep.Job job = new OffloadedStep.Job(
                Trajectory.ADAMW,
                Trajectory.MAX_NORM,
                tokens,
                1,
                plan.placement().retention(),
                values.boundaries());
        OffloadedStep.Room room =
                new OffloadedStep.Room(loaded.tiers().device(), loaded.tiers().host(), folder.resolve("states"));
        float[][] measured = new float[3][steps.size()];
        try (TensorArena arena = loaded.arena();
                OffloadedStep step =
                        new OffloadedStep(loaded.backend(), layout, values.plan(), job, room, Origin.fresh(values()))) {
            TokenBatch.Buffers buffers = new TokenBatch.Buffers(tokens, arena);
            for (int i = 0; i < steps.size(); i++) {
                double rate = curve.rate(i);
                StepResult result = step.take(List.of(steps.get(i).getFirst().unpadded(buffers)), rate, i);
                measured[0][i] = (float) result.loss();
                measured[1][i] = (float) result.gradientNorm();
                measured[2][i] = (float) rate;
            }
            write(step, layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return measured;
    }

    private StateSource values() {
        return (tensor, array, from, into) -> {
            if (array == StateArray.MASTER) {
                Tensor all = loaded.model().parameter(tensor.id());
                long bytes = all.dtype().bytes();
                int count = Math.toIntExact(into.elements());
                var data = all.data().asSlice(from * bytes, count * bytes);
                loaded.backend().elements().copy(new Matrix(all.dtype(), data, 1, count, count), into);
            }
        };
    }

    private void write(OffloadedStep step, RecordLayout layout) throws IOException {
        Map<ParameterId, TrainedTensor> tensors = new HashMap<>();
        layout.model().tensors().forEach(tensor -> tensors.put(tensor.id(), tensor));
        try (StateReader reader = step.reader()) {
            ChangedTensors all = new ChangedTensors() {
                @Override
                public boolean changes(ParameterId id) {
                    return true;
                }

                @Override
                public void write(ParameterId id, int from, Matrix base, Matrix changed) {
                    reader.read(Objects.requireNonNull(tensors.get(id)), StateArray.MASTER, changed);
                }
            };
            ModelCard card = new ModelCard("a reference case", "", "", List.of(), "Trained to compare.");
            ExportSource source = ExportSource.of(loaded.loaded(), all, card).withDtype(DType.F32);
            new ModelExporter(Progress.silent(), loaded.tiers().host()).export(source, model());
        }
    }
}
