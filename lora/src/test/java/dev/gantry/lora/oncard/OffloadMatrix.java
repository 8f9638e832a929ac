package dev.gantry.lora.oncard;

import dev.gantry.engine.device.Devices;
import dev.gantry.lora.train.CardRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The same bits with everything on the device and with parts of it off, over families, types, micro-batches and rings.
final class OffloadMatrix implements Step.Program {
    @Override
    public void run(Ground ground, Recorder recorder) throws IOException {
        Devices devices = ground.devices();
        Path folder = Files.createTempDirectory(ground.work(), "matrix");
        for (CardRow row : CardRow.ROWS) {
            recorder.part(
                    row.toString(),
                    () -> row.train(
                            devices, Files.createDirectories(folder.resolve("row" + CardRow.ROWS.indexOf(row)))));
        }
    }
}
