using System.Buffers.Binary;
using System.Text;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>A protobuf message as it lies on the wire: numbered fields, whose meaning the reader knows.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, object Value)> _fields = [];

    private ProtoMessage()
    {
    }

    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var key = Varint();
            var number = (int)(key >> 3);
            message._fields.Add((number, (key & 7) switch
            {
                0 => Varint(),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span),
                2 => Take((int)Varint()),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span),
                var type => throw new InvalidDataException($"field {number} has the wire type {type}"),
            }));
        }

        return message;

        ReadOnlyMemory<byte> Take(int count)
        {
            at += count;
            return bytes.Slice(at - count, count);
        }

        ulong Varint()
        {
            var (value, shift) = (0UL, 0);
            while (true)
            {
                var next = bytes.Span[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                    return value;
                shift += 7;
            }
        }
    }

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public IEnumerable<ProtoMessage> Messages(int number) => _fields.Where(field => field.Number == number).Select(field => Parse((ReadOnlyMemory<byte>)field.Value));

    public IEnumerable<ProtoMessage> Under(params int[] path) => path.Aggregate((IEnumerable<ProtoMessage>)[this], (messages, number) => messages.SelectMany(message => message.Messages(number)));

    public string Text(int number) => Has(number) ? Encoding.UTF8.GetString(Bytes(number).Span) : "";

    public string Hex(int number) => Has(number) ? Convert.ToHexStringLower(Bytes(number).Span) : "";

    public ulong Number(int number) => Has(number) ? (ulong)_fields.First(field => field.Number == number).Value : 0;

    public double Real(int number) => BitConverter.UInt64BitsToDouble(Number(number));

    private ReadOnlyMemory<byte> Bytes(int number) => (ReadOnlyMemory<byte>)_fields.First(field => field.Number == number).Value;
}
