package dev.gantry.lora.train.config;

import dev.gantry.engine.pass.ComputeType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything that can be set of a training run. What is null is chosen by {@link TrainDefaults}; the run folder keeps
/// the record with nothing left null that decides numbers.
///
/// @param model folder of the base model; for pre-training, of the config.json and tokenizer of the model to make
/// @param lora only for {@link Stage#SFT}
/// @param seed of every random choice
public record TrainConfig(
        Stage stage,
        String model,
        DataSection data,
        LoraSection lora,
        OptimizerSection optimizer,
        ScheduleSection schedule,
        BatchSection batch,
        DurationSection duration,
        CadenceSection cadence,
        SampleSection samples,
        MachineSection machine,
        @Nullable Long seed) {

    @SuppressWarnings({"ConstantValue", "RedundantNullCheck"}) // a JSON file may leave out every section
    public TrainConfig {
        Setting.present("stage", stage == null ? null : stage.name());
        Setting.present("model", model);
        Setting.present("data", data == null ? null : data.path());
        lora = lora == null ? LoraSection.AUTO : lora;
        optimizer = optimizer == null ? OptimizerSection.AUTO : optimizer;
        schedule = schedule == null ? ScheduleSection.AUTO : schedule;
        batch = batch == null ? BatchSection.AUTO : batch;
        duration = duration == null ? DurationSection.AUTO : duration;
        cadence = cadence == null ? CadenceSection.AUTO : cadence;
        samples = samples == null ? SampleSection.AUTO : samples;
        machine = machine == null ? MachineSection.AUTO : machine;
        if (stage != Stage.SFT && machine.compute() == ComputeType.F16 && optimizer.isUnclipped()) {
            throw Setting.wrong(
                    "machine.compute", "f16", "needs optimizer.max_grad_norm above 0 where whole models are trained");
        }
    }

    /// A run with everything but model and data chosen for you.
    public static TrainConfig of(Stage stage, String model, DataSection data) {
        return new TrainConfig(
                stage,
                model,
                data,
                LoraSection.AUTO,
                OptimizerSection.AUTO,
                ScheduleSection.AUTO,
                BatchSection.AUTO,
                DurationSection.AUTO,
                CadenceSection.AUTO,
                SampleSection.AUTO,
                MachineSection.AUTO,
                null);
    }

    public TrainConfig withModel(String value) {
        return new TrainConfig(
                stage, value, data, lora, optimizer, schedule, batch, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withData(DataSection value) {
        return new TrainConfig(
                stage, model, value, lora, optimizer, schedule, batch, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withLora(LoraSection value) {
        return new TrainConfig(
                stage, model, data, value, optimizer, schedule, batch, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withOptimizer(OptimizerSection value) {
        return new TrainConfig(
                stage, model, data, lora, value, schedule, batch, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withSchedule(ScheduleSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, value, batch, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withBatch(BatchSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, value, duration, cadence, samples, machine, seed);
    }

    public TrainConfig withDuration(DurationSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, batch, value, cadence, samples, machine, seed);
    }

    public TrainConfig withCadence(CadenceSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, batch, duration, value, samples, machine, seed);
    }

    public TrainConfig withSamples(SampleSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, batch, duration, cadence, value, machine, seed);
    }

    public TrainConfig withMachine(MachineSection value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, batch, duration, cadence, samples, value, seed);
    }

    public TrainConfig withSeed(long value) {
        return new TrainConfig(
                stage, model, data, lora, optimizer, schedule, batch, duration, cadence, samples, machine, value);
    }

    /// The same run with model and data found beside `folder`, where the settings lie; absolute paths stay.
    public TrainConfig relativeTo(Path folder) {
        DataSection found = new DataSection(
                folder.resolve(data.path()).normalize().toString(),
                data.template(),
                data.maxTokens(),
                data.packing(),
                data.evalFraction(),
                data.overLong(),
                data.faultPolicy(),
                data.trainOn(),
                data.promptStyle(),
                data.columns());
        return new TrainConfig(
                stage,
                folder.resolve(model).normalize().toString(),
                found,
                lora,
                optimizer,
                schedule,
                batch,
                duration,
                cadence,
                samples,
                machine,
                seed);
    }
}
