using Bickford.Renders.Simulation.Plants;
using Bickford.Renders.Simulation.Runs;

return RunOptions.Read(args, options => options switch
{
    { Seed: not null } => WorldRun.One(options),
    { Plant: var plant } when plant != Plant.None => WorldRun.Hunt(options),
    { Processes: 1, Json: true } => WorldRun.Part(options),
    _ => new ManyWorlds(options).Run(),
});
