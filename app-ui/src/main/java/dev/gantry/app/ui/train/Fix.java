package dev.gantry.app.ui.train;

import dev.gantry.lora.train.RunPlan;

/// A remedy that was planned and fits.
record Fix(Remedy remedy, RunPlan plan) {}
