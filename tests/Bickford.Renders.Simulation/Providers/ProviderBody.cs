using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>A file's bytes on their way: in a few pieces, or as far as they come.</summary>
internal sealed class ProviderBody : Stream
{
    private readonly Life _life;
    private readonly ProviderVideo _video;
    private readonly byte[] _bytes;
    private readonly Fault _fault;
    private readonly int _faultAt;
    private int _sent;
    private bool _struck;

    public ProviderBody(Life life, ProviderAnswer answer)
    {
        (_life, _video) = (life, answer.FileOf!);
        var whole = answer is { IsVideo: true, Status: 200 };
        _fault = life.World.Dealer.Draw(life, Boundary.Body, fault => whole || fault is not (Fault.Short or Fault.Wrong or Fault.Changed));
        _bytes = _fault switch
        {
            Fault.Short => answer.Body[..life.World.Dice.Below(answer.Body.Length)],
            Fault.Wrong => "<html><body>Your video is ready!</body></html>"u8.ToArray(),
            _ => answer.Body,
        };
        _faultAt = life.World.Dice.Below(_bytes.Length + 1);
    }

    public long PromisedLength => _bytes.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _sent;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _life.PauseAsync(_life.World.Dice.Milliseconds(1, 40), cancellationToken);
        var strikes = !_struck && _sent >= _faultAt;
        if (strikes)
        {
            _struck = true;
            await StrikeAsync(cancellationToken);
        }

        var end = _struck ? _bytes.Length : Math.Max(_faultAt, Math.Min(_bytes.Length, _sent + 1));
        var count = Math.Min(buffer.Length, Math.Min(end - _sent, 1 + _life.World.Dice.Below(_bytes.Length + 1)));
        if (count == 0 && _sent < _bytes.Length)
            return await ReadAsync(buffer, cancellationToken);
        _bytes.AsSpan(_sent, count).CopyTo(buffer.Span);
        _sent += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task StrikeAsync(CancellationToken token)
    {
        _life.Happen(_fault);
        switch (_fault)
        {
            case Fault.DeathBefore or Fault.PowerCut:
                await _life.DieAsync(_fault);
                break;
            case Fault.Delay:
                await _life.PauseAsync(_life.World.Dice.Seconds(2, 25), token);
                break;
            case Fault.Stalls:
                await _life.PauseAsync(TimeSpan.FromHours(2), token);
                break;
            case Fault.Changed:
                _video.Version++;
                throw new HttpIOException(HttpRequestError.ResponseEnded, "simulated fault: the connection broke");
            case Fault.Cut:
                throw new HttpIOException(HttpRequestError.ResponseEnded, "simulated fault: the connection broke");
        }
    }
}
